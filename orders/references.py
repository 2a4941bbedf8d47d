"""Foreign keys that are checked once a statement instead of once a row.

An order names its shop and its run, an entry of the ledger its run. A file of 50,000 lines writes 140,000 such rows that all name one
shop and one run; a foreign key of PostgreSQL's own looks them up again for each row, which was a quarter of the whole merge. These
triggers hold the same promise with one look-up a statement: a row that names nobody is refused (and who is named is locked as a foreign
key locks it), and who is named is neither deleted nor renumbered. The error is the same, IntegrityError.

What is lost: the check comes with the statement, not with the commit; `TRUNCATE … CASCADE` of shops or runs does not reach orders; the
catalogue of the database does not list it as a constraint. References that differ from row to row (a line's order, an entry's line) gain
nothing by it and are foreign keys as ever.
"""

from __future__ import annotations

import pgtrigger


def names(operation: pgtrigger.Operation, *, name: str, **parents: str) -> pgtrigger.Trigger:
    """What `operation` (insert or update) writes in these columns are ids of these tables: `run_id="orders_intakerun"`."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="told"),  # type: ignore[no-untyped-call]
        declare=[("missing", "bigint")],
        func="".join(_check(column, parent) for column, parent in parents.items()) + "RETURN NULL;",
    )


def _check(column: str, parent: str) -> str:
    return f"""
        PERFORM FROM {parent} WHERE id IN (SELECT {column} FROM told) FOR KEY SHARE;
        SELECT t.{column} INTO missing
        FROM (SELECT DISTINCT {column} FROM told) t WHERE NOT EXISTS (SELECT FROM {parent} p WHERE p.id = t.{column}) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '% names % %, which does not exist', TG_TABLE_NAME, '{parent}', missing USING ERRCODE = 'foreign_key_violation';
        END IF;
        """  # noqa: S608 - names of our own tables


def stays_while_named(column: str, *tables: str) -> pgtrigger.Trigger:
    """On the table that is named: a row that `column` of one of `tables` names is neither deleted nor given another id."""
    named = " OR ".join(f"EXISTS (SELECT FROM {table} WHERE {column} = OLD.id)" for table in tables)
    return pgtrigger.Trigger(
        name="stays_while_named",
        when=pgtrigger.After,
        operation=pgtrigger.Delete | pgtrigger.UpdateOf("id"),  # type: ignore[no-untyped-call]
        func=f"""
            IF {named} THEN
                RAISE EXCEPTION '% % is named by {" or ".join(tables)}', TG_TABLE_NAME, OLD.id USING ERRCODE = 'foreign_key_violation';
            END IF;
            RETURN NULL;
        """,
    )
