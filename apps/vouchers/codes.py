"""Voucher codes as text: derive, normalize, hash, format, mask. Plain values in and out.

A generated code is a prefix and 20 symbols from an alphabet without look-alikes: 19 derived symbols (85 bits) and a
check symbol that detects any single wrong symbol and any two swapped symbols. Its printed form is
`SPRING-XXXX-XXXX-XXXX-XXXX-XXXX`.
"""

import hashlib
import hmac
import re
import unicodedata
from uuid import UUID

# Without 0 O, 1 I L, 2 Z, 5 S, 8 B, U, and Q. The number of symbols is prime, so the check symbol detects every swap.
ALPHABET = "34679ACDEFGHJKMNPRTVWXY"
DERIVED_SYMBOLS = 19
SYMBOLS = DERIVED_SYMBOLS + 1
GROUP = 4
LONGEST = 64
LONGEST_PREFIX = 16
SHORTEST_CHOSEN = 3

# Characters typed as dashes that are not in the Unicode category Pd: minus signs, bullets, and bars.
_MORE_DASHES = frozenset("\u02d7\u2043\u2053\u207b\u208b\u2212\u23af\u2500\u2796\u30fc")
# Categories to drop from a code: invisible format characters and dash punctuation.
_DROPPED = frozenset({"Cf", "Pd"})

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_PLAIN = re.compile(r"[A-Z0-9]+")


def derive(key: bytes, batch: UUID, index: int, prefix: str = "") -> str:
    """Derive the code at an index of a batch; the same key always gives the same code."""
    digest = hmac.new(key, f"{batch}:{index}".encode(), hashlib.sha256).digest()
    number, symbols = int.from_bytes(digest, "big"), []
    for _ in range(DERIVED_SYMBOLS):
        number, value = divmod(number, len(ALPHABET))
        symbols.append(ALPHABET[value])
    derived = "".join(symbols)
    return prefix + derived + check_symbol(derived)


def check_symbol(derived: str) -> str:
    """Return the symbol that makes the weighted sum of all symbols a multiple of the alphabet's size."""
    total = sum(weight * _VALUE[symbol] for weight, symbol in enumerate(derived, 1))
    inverse = pow(SYMBOLS, -1, len(ALPHABET))
    return ALPHABET[-total * inverse % len(ALPHABET)]


def normalize(text: str) -> str:
    """Normalize a code for comparison: NFKC, uppercase, without spaces, dashes, and format characters."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        char for char in plain if not (char.isspace() or char in _MORE_DASHES or unicodedata.category(char) in _DROPPED)
    )


def is_plain(code: str) -> bool:
    """Return whether a normalized code has only capital letters and digits and a valid length."""
    return SHORTEST_CHOSEN <= len(code) <= LONGEST and _PLAIN.fullmatch(code) is not None


def keyed_hash(key: bytes, code: str) -> str:
    """Return the keyed hash that a normalized code is stored and looked up by."""
    return hmac.new(key, code.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def written(code: str, prefix: str) -> str:
    """Format a generated code for printing: the prefix, then the symbols in groups."""
    symbols = code.removeprefix(prefix)
    groups = [symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP)]
    return "-".join([prefix, *groups] if prefix else groups)


def masked(code: str, prefix: str = "") -> str:
    """Mask a valid code for display: the prefix and the last four symbols, or fewer of a short code."""
    symbols = code.removeprefix(prefix)
    tail = symbols[-min(GROUP, len(symbols) // 3) :] if len(symbols) >= SHORTEST_CHOSEN else ""
    return f"{prefix}-…{tail}" if prefix else f"…{tail}"
