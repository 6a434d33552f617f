"""Services that link, seal, publish and prove the chains."""

from apps.proofs.services.audit_chain import link_audit_trail
from apps.proofs.services.book_proofs import all_books, broken_chains
from apps.proofs.services.company import prove_roots
from apps.proofs.services.day_seals import seal_day
from apps.proofs.services.proof_runs import ProofResult, prove_all, prove_moved, prove_one, prove_thirtieth
from apps.proofs.services.root_publication import send_root

__all__ = [
    "ProofResult",
    "all_books",
    "broken_chains",
    "link_audit_trail",
    "prove_all",
    "prove_moved",
    "prove_one",
    "prove_roots",
    "prove_thirtieth",
    "seal_day",
    "send_root",
]
