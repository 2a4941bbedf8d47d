"""Marks name orders whose contribution may be stale; the next fold reads them.

Intake inserts its own. For everything else that decides what an order contributes (stars, dated product facts, seats, session
times, slots, shops' links, SKU mappings, rules) the database does: triggers installed by `orders/migrations/0002_rule_and_marks.py`
insert the marks in the transaction that changes the fact, whatever path it came by. A lower floor cannot call upwards, and a fact
corrected by hand in SQL must reach the figures all the same.

The triggers hold FACTS_LOCK (shared) to the end of their transaction; the fold takes it exclusively. So a fold sees a fact either
committed, or its change finds the contributions that the fold has written and marks them.

The fold's commit checks that the shops, sessions, products, producers and communes of new contributions are there, for which it waits
where somebody has locked their keys. So who holds such a row and then changes a fact holds it with `no_key`, else each would wait for the
other. A statement that sets a product's number locks its key (an upsert also where the number stays); a trigger has it take FACTS_LOCK
before.
"""
