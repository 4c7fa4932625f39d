"""Hashes: argon2id with the agreed parameters, renewed where older, the same work for nobody."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from portal.accounts import passwords
from portal.accounts.passwords import NOBODY, hash_password, is_outdated, is_password
from tests.factories import PASSWORD


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(PASSWORD)


def test_argon2id_with_at_least_19_mib_and_two_passes(stored):
    parameters = extract_parameters(stored)
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2
    assert parameters.parallelism == 1


def test_the_hash_of_nobody_costs_the_same(stored):
    assert extract_parameters(NOBODY) == extract_parameters(stored)
    assert is_outdated(NOBODY) is False


def test_only_the_password_fits(stored):
    assert is_password(stored, PASSWORD) is True
    assert is_password(stored, PASSWORD + " ") is False
    assert is_password("", PASSWORD) is False
    assert is_password("", "") is False
    assert is_password("not a hash", PASSWORD) is False


def test_full_width_digits_of_an_input_method_are_digits():
    assert is_password(hash_password("duck bridge ２０２６"), "duck bridge 2026") is True


def test_an_older_hash_is_renewed():
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)) is True


def test_an_empty_hash_is_as_much_work_as_a_real_one(stored, monkeypatch):
    computed = []

    class Watched(PasswordHasher):
        def verify(self, hash: str, password: str) -> bool:
            computed.append(extract_parameters(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Watched(time_cost=2, memory_cost=19 * 1024, parallelism=1))
    assert is_password("", "wrong password") is False
    assert is_password(stored, "wrong password") is False
    assert len(computed) == 2
    assert computed[0] == computed[1]
