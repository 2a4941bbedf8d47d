"""The queues of tasks: what waits for others has one of its own, and each has a worker wherever the portal runs."""

from __future__ import annotations

import re

from celery import Celery

from ocop_portal.celery import app as portal
from ocop_portal.run.children import portal_children

from .compose_stack import SECRETS, compose
from .service_clients import PROJECT

QUEUES = {
    "mail": {"accounts.tasks.send_message", "dashboards.tasks.send_mail"},
    "passport": {"traceability.tasks.send_passport"},
}


def as_deployed() -> Celery:
    """An application with the portal's settings; those of the tests have other queues."""
    made = Celery("deployed", set_as_current=False)
    made.config_from_object("ocop_portal.settings", namespace="CELERY")
    return made


def queues_of(command: list[str]) -> set[str]:
    """The queues that a worker's command names."""
    return set(command[command.index("--queues") + 1].split(","))


def declared() -> set[str]:
    return set(as_deployed().conf.task_queues)


def test_what_is_sent_outside_has_queues_of_its_own() -> None:
    portal.loader.import_default_modules()
    names = {name for name in portal.tasks if not name.startswith("celery.")}
    router = as_deployed().amqp.router
    found = {name: router.route({}, name)["queue"] for name in names}
    assert {queue: {name for name, its in found.items() if its.name == queue} for queue in QUEUES} == QUEUES
    outside = set().union(*QUEUES.values())
    assert {queue.name for name, queue in found.items() if name not in outside} == {"work"}
    assert {queue.name: queue.routing_key for queue in found.values()} == {name: name for name in ("work", *QUEUES)}
    # Whatever else sends something has to be thought of.
    assert {name for name in names if ".send_" in name} == outside


def test_each_queue_has_a_worker_of_its_own_in_a_deployment() -> None:
    workers = {
        name: service["command"] for name, service in compose(**SECRETS)["services"].items() if "worker" in service.get("command", [])
    }
    assert {name: queues_of(command) for name, command in workers.items()} == {"worker": {"work"}, "mailer": {"mail", "passport"}}
    assert declared() == {"work", "mail", "passport"}
    # As the page about deployment says to those who use something else than Compose.
    written = re.findall(r"`celery -A ocop_portal worker --queues (\S+)", (PROJECT / "docs/deployment.md").read_text())
    assert written == ["work", "mail,passport"]


def test_one_worker_takes_from_every_queue_in_a_run() -> None:
    children = portal_children(project=PROJECT, data_dir=PROJECT / ".data", host="127.0.0.1", port=8123)
    (worker,) = (child.command for child in children if "worker" in child.command)
    assert queues_of(worker) == declared()
