"""Order lines against lots: which goods went to which order, as far as that can be told.

A platform names products, not lots. So lines are set against lots by *first made first*: in the order of (placed, order id, line id) each
line takes of the oldest lot of its product that was made by its local day, is good on it, was not recalled before it, and has something
left. A lot that somebody chose for a line goes before that, whatever its days: a pre-order, or packs that were picked by hand. What was
cancelled takes nothing; what came back has gone out and is not sold anew. Closing a lot ends its making, not its sale: what is printed
stays valid. So the result follows from rows alone, whatever the order in which they came.

A lot is counted in packs: as it is, or its kilograms by the net weight of the product on the day it was made, less what went into other
lots. Litres are no packs: such a lot is left out.

Whatever changes the answer inserts a *stale* row `(product, since)` in its own transaction: the fold, and triggers installed by the
migration (lots, their inputs, net weights, the time of an order, choices, recalls). A worker takes all stale rows of a product and sets
its lines anew from the oldest of these moments on.
"""
