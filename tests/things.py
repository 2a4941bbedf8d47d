"""What addresses name: codes and ids of one producer's product, session, order and so on, by which an address is filled in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Things:
    """One of each; the names are those of the URL configuration's parameters or say whose code they are."""

    province: str
    commune: str
    producer: str
    product: str
    session: str
    host: str
    # A session that is still to come, and a slot of it for which the producer is asked.
    plan: str
    slot: int
    guest: str
    need: int
    organisation: str
    shop: str
    # A stall of the producer's that sells by Zalo: its spreadsheets are read by a mapping.
    stall: str
    typed: int
    order: int
    # A line of that order, of a product with lots, and a recall of a lot that it took of.
    line: int
    sold_recall: int
    run: int
    # A file that was taken in, so that it can be undone.
    merged_run: int
    agreement: int
    upload: int
    live_upload: int
    lot: int
    unit: str
    decision: int
    rating: int
    # What was captured for the producer, and not for everybody: a job's id, and an event's ID.
    capture_job: str
    event: str
    # A member of the producer, as a user and as a membership, and an invitation to it.
    person: int
    member: int
    invitation: int
    step: int
    photo: int
    paper: int
    link: int
    label_run: int
    revision: int
    application: int
    air_link: int
    recall: int
    # What a buyer wrote, and the code by which the answer is read.
    feedback: int
    ticket: str
    # A programme, a fair and a course of the producer's province, and a claim about its session.
    programme: str
    fair: str
    course: str
    claim: int
    # A report of a period of its province, prepared, with a scan kept with it.
    report: int
    # A board that is sent to somebody of its province by e-mail.
    mailing: int
