"""Advisory locks that order the fold and what it reads. Taken for a transaction, in this order."""

FOLD_LOCK = 520_1000  # exclusive: one fold, or one rebuilding, at a time
FACTS_LOCK = 520_1001  # exclusive by the fold, shared by whoever changes a fact that figures depend on
