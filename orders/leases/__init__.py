"""Who works at something long, how far it is, and whether somebody asked it to stop: told from outside the work's own transaction.

Work on a run is one transaction under its row's lock, so a worker that dies gives it back at once. A lock alone does not tell a
worker that hangs from one that is busy, nor how far it is. So whoever works for more than a moment keeps a *lease* on a second
connection: a row that says until when it is good, renewed each second (`work.at_work`). A lease that ran out means that its holder
hangs: the sweep ends its connection (`overdue.end_overdue`), its transaction is rolled back, and the row is free for the next worker.
"""
