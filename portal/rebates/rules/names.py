"""Law 6: no name in a policy can stand for a retail price, or for a deviation from one.

Facts of volume, conduct and conduct's cases are a closed list. Free names remain for activities, facts of the party's
file, tags, sale types and classes: they may hold letters, digits, Chinese characters and a few signs (so that no
look-alike letter slips by), and none that speaks of prices or of discounts from them. The lists that the product
itself keeps (`Known`) are the second lock: no table of it holds a retail price that could be asked for.
Source: DOMAIN.md D5, Anti-Monopoly Law art. 18 - a rebate that depends on the resale price fixes it.
"""

from __future__ import annotations

import re
import unicodedata

_ALLOWED = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff _.\-]{0,63}")
# Anywhere in the name, after signs and case are taken off.
_PARTS = (
    "price",
    "pricing",
    "deviation",
    "deviate",
    "discount",
    "undercut",
    "markdown",
    "msrp",
    "belowrecommended",
    "belowguid",
    "jiage",
    "shoujia",
    "daojia",
    "dijia",
    "xianjia",
    "zhekou",
    "偏差",
    "偏离",
    "偏離",
    "折扣",
    "折让",
    "折讓",
    "让利",
    "讓利",
    "低于推荐",
    "低于指导",
    "低于建议",
)
# A word of its own in the name.
_WORDS = frozenset({"rrp", "srp", "rsp", "asp", "map", "umap", "imap", "rpm"})
# 价 speaks of a price, except in 评价 (an appraisal by customers) and 价值 (value).
_PRICE_SIGN = re.compile(r"(?<!评)价(?!值)|评价[格位钱差目单]|售价|[價価]")


def is_wellformed(name: str) -> bool:
    """Whether the name is written in the letters allowed for free names."""
    return bool(_ALLOWED.fullmatch(name))


def speaks_of_price(name: str) -> bool:
    """Whether a name may not stand in a policy because it speaks of a price or of a deviation from one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    joined = re.sub(r"[\W_]+", "", folded)
    if any(part in joined for part in _PARTS) or _PRICE_SIGN.search(joined):
        return True
    return not _WORDS.isdisjoint(re.split(r"[\W_\d]+", folded))
