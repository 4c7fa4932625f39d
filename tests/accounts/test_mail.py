"""Messages: to the console where no mail server is set up, else by SMTP, and never with a stray header."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest

from portal.mail import is_configured, send_mail

CONFIG = {
    "MAIL_HOST": "mail.example.com",
    "MAIL_PORT": 587,
    "MAIL_USER": "portal",
    "MAIL_PASSWORD": "canary-of-the-mail-server",
    "MAIL_SENDER": "qudao@example.com",
}
MESSAGE = {"to": "li@example.com", "subject": "重设密码", "body": "您好\n\nhttps://portal.example/links/x"}


class Server:
    """A mail server that notes what is said to it."""

    said: list[Any] = []
    offers = frozenset({"starttls"})

    def __init__(self, host: str, port: int, **_options: object) -> None:
        Server.said = [("connect", type(self).__name__, host, port)]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        Server.said.append("quit")

    def ehlo(self) -> None: ...

    def has_extn(self, name: str) -> bool:
        return name in self.offers

    def starttls(self, **_options: object) -> None:
        Server.said.append("starttls")

    def login(self, user: str, password: str) -> None:
        Server.said.append(("login", user, password))

    def send_message(self, message: Any) -> None:
        Server.said.append(message)


class SecureServer(Server):
    """The same, with TLS from the first byte."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", SecureServer)
    return Server


def test_without_a_server_the_console_shows_it(capsys):
    config = CONFIG | {"MAIL_HOST": ""}
    assert is_configured(config) is False
    assert send_mail(config, **MESSAGE) is False
    console = capsys.readouterr().err
    assert "li@example.com" in console
    assert "https://portal.example/links/x" in console


def test_a_message_is_sent_over_tls_after_signing_in(server):
    assert send_mail(CONFIG, **MESSAGE) is True
    connect, tls, login, message, end = server.said
    assert connect == ("connect", "Server", "mail.example.com", 587)
    assert (tls, end) == ("starttls", "quit")
    assert login == ("login", "portal", "canary-of-the-mail-server")
    assert (message["To"], message["From"], message["Subject"]) == ("li@example.com", "qudao@example.com", "重设密码")
    assert message.get_content().strip().endswith("/links/x")


def test_port_465_speaks_tls_at_once(server):
    assert send_mail(CONFIG | {"MAIL_PORT": 465, "MAIL_USER": ""}, **MESSAGE) is True
    assert server.said[0][1] == "SecureServer"
    assert "starttls" not in server.said
    assert not any(said[0] == "login" for said in server.said if isinstance(said, tuple))


@pytest.mark.parametrize("error", [OSError("no route"), smtplib.SMTPAuthenticationError(535, b"no"), TimeoutError()])
def test_a_server_that_refuses_is_logged_without_the_password(server, monkeypatch, capsys, error):
    def refuse(self: Server, message: Any) -> None:
        raise error

    monkeypatch.setattr(Server, "send_message", refuse)
    assert send_mail(CONFIG, **MESSAGE) is False
    shown = capsys.readouterr()
    assert "mail_not_sent" in shown.out + shown.err
    assert "canary" not in shown.out + shown.err
    assert "links/x" not in shown.out + shown.err


def test_a_line_end_opens_no_further_header(server):
    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        send_mail(CONFIG, **MESSAGE | {"to": "li@example.com\r\nBcc: evil@example.com"})
