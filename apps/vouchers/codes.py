"""Voucher codes as text: derived from a key, read forgivingly, masked for display. Plain values in and out.

A generated code is a prefix and 20 symbols of an alphabet without look-alikes: 19 derived ones (85 bits) and a check
symbol that finds any one wrong symbol and any two that changed places. It is written `SPRING-XXXX-XXXX-XXXX-XXXX-XXXX`.
"""

import hashlib
import hmac
import re
import unicodedata
from uuid import UUID

# No 0 O, 1 I L, 2 Z, 5 S, 8 B, U V (V stays), Q. A prime number of symbols, so that the check symbol misses no swap.
ALPHABET = "34679ACDEFGHJKMNPRTVWXY"
DERIVED_SYMBOLS = 19
SYMBOLS = DERIVED_SYMBOLS + 1
GROUP = 4
LONGEST = 64
LONGEST_PREFIX = 16
SHORTEST_CHOSEN = 3

# Dashes that Unicode does not count among its dash punctuation (Pd): minus signs, bullets and bars typed for them.
_MORE_DASHES = frozenset("\u02d7\u2043\u2053\u207b\u208b\u2212\u23af\u2500\u2796\u30fc")
# Categories that are no part of a code: format characters, which nobody sees, and dash punctuation.
_DROPPED = frozenset({"Cf", "Pd"})

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_PLAIN = re.compile(r"[A-Z0-9]+")


def derive(key: bytes, batch: UUID, index: int, prefix: str = "") -> str:
    """Return the code of a batch at an index, the same every time for the same key."""
    digest = hmac.new(key, f"{batch}:{index}".encode(), hashlib.sha256).digest()
    number, symbols = int.from_bytes(digest, "big"), []
    for _ in range(DERIVED_SYMBOLS):
        number, value = divmod(number, len(ALPHABET))
        symbols.append(ALPHABET[value])
    derived = "".join(symbols)
    return prefix + derived + check_symbol(derived)


def check_symbol(derived: str) -> str:
    """Return the symbol that makes the weighted sum of all symbols a multiple of their number."""
    total = sum(weight * _VALUE[symbol] for weight, symbol in enumerate(derived, 1))
    inverse = pow(SYMBOLS, -1, len(ALPHABET))
    return ALPHABET[-total * inverse % len(ALPHABET)]


def normalize(text: str) -> str:
    """Return a code as it is compared: in capitals, in plain characters where there are.

    Spaces, dashes of every kind and format characters, such as a zero-width space or a byte order mark, fall away.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in plain if not _falls_away(char))


def _falls_away(char: str) -> bool:
    return char.isspace() or char in _MORE_DASHES or unicodedata.category(char) in _DROPPED


def is_plain(code: str) -> bool:
    """Say whether a normalized code has nothing but capital letters and digits, and fits."""
    return SHORTEST_CHOSEN <= len(code) <= LONGEST and _PLAIN.fullmatch(code) is not None


def keyed_hash(key: bytes, code: str) -> str:
    """Return what a normalized code is stored and found by; without the key nobody can make it from a guess."""
    return hmac.new(key, code.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def written(code: str, prefix: str) -> str:
    """Return a generated code as it is printed: the prefix, then its symbols in groups."""
    symbols = code.removeprefix(prefix)
    groups = [symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP)]
    return "-".join([prefix, *groups] if prefix else groups)


def masked(code: str, prefix: str = "") -> str:
    """Return what may be shown of a code that works: the prefix and the last four, or less of a short one."""
    symbols = code.removeprefix(prefix)
    tail = symbols[-min(GROUP, len(symbols) // 3) :] if len(symbols) >= SHORTEST_CHOSEN else ""
    return f"{prefix}-…{tail}" if prefix else f"…{tail}"
