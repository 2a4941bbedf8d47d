"""The rules of the Compose specification (compose-spec.io, "05-services" to "10-fragments") that our file must keep, as a JSON schema.

Only what we use, or might by mistake, is described; every other attribute is refused, so a misspelt one is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DURATION = {"type": "string", "pattern": r"^(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$", "minLength": 2}
SIZE = {"type": "string", "pattern": r"^\d+(b|k|kb|m|mb|g|gb)$"}
WORDS = {"type": "array", "items": {"type": "string"}}
COMMAND = {"anyOf": [{"type": "string"}, {**WORDS, "minItems": 1}]}
NAME = r"^[a-zA-Z0-9._-]+$"

SERVICE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["image"]}, {"required": ["build"]}],
    "properties": {
        "build": {"type": "string"},
        "image": {"type": "string", "pattern": r"^[a-z0-9./-]+(:[A-Za-z0-9._-]+)?$"},
        "command": COMMAND,
        "init": {"type": "boolean"},
        # "no" has to be quoted: YAML reads it as false.
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "cap_drop": WORDS,
        "security_opt": WORDS,
        "shm_size": SIZE,
        "stop_grace_period": DURATION,
        "environment": {
            "type": "object",
            "patternProperties": {"^[A-Z_][A-Z0-9_]*$": {"type": ["string", "number", "null"]}},
            "additionalProperties": False,
        },
        "volumes": {
            "type": "array",
            "uniqueItems": True,
            "items": {"type": "string", "pattern": r"^(\./|/)?[A-Za-z0-9._/-]+:/[^:]+(:ro|:rw)?$"},
        },
        "ports": {"type": "array", "uniqueItems": True, "items": {"type": "string", "pattern": r"^([0-9.]+:)?\d+:\d+(/udp|/tcp)?$"}},
        "networks": WORDS,
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {"condition": {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}},
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test"],
            "properties": {
                "test": {"type": "array", "minItems": 2, "items": {"type": "string"}, "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}]},
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer", "minimum": 1},
            },
        },
    },
}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["services"],
    "patternProperties": {"^x-": True},
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {"type": "object", "patternProperties": {NAME: SERVICE}, "additionalProperties": False},
        "networks": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": False, "properties": {"internal": {"type": "boolean"}}},
        },
        "volumes": {"type": "object", "additionalProperties": {"type": "object", "maxProperties": 0}},
    },
}


def broken_references(compose: Mapping[str, Any]) -> list[str]:
    """What a schema cannot say: names that lead nowhere, health that nobody checks, a circle of dependencies."""
    services, found = compose["services"], []
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            if other not in services:
                found.append(f"{name} depends on {other}, which is no service")
            elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                found.append(f"{name} waits for the health of {other}, which has no check")
        found += [
            f"{name} is on the network {net}, which is not declared"
            for net in service.get("networks", [])
            if net not in compose["networks"]
        ]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if not source.startswith((".", "/")) and source not in compose["volumes"]:
                found.append(f"{name} mounts the volume {source}, which is not declared")
        found += [f"{name} reaches itself by its dependencies"] * (name in ancestors(services, name))
    return found


def ancestors(services: Mapping[str, Any], name: str) -> set[str]:
    """All services that `name` waits for, directly or not."""
    seen: set[str] = set()
    waiting = list(services[name].get("depends_on", {}))
    while waiting:
        other = waiting.pop()
        if other not in seen and other in services:
            seen.add(other)
            waiting += services[other].get("depends_on", {})
    return seen


class MissingError(ValueError):
    """A required variable is not set."""


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Variables as the specification's "Interpolation" says: `$$`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}`."""

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        if match["name"] is None:
            raise ValueError(f"not an interpolation: {match[0]!r} in {text!r}")
        found = variables.get(match["name"], "")
        if not found and match["how"] == ":?":
            raise MissingError(f"{match['name']}: {match['rest']}")
        return found or (match["rest"] if match["how"] == ":-" else "")

    return re.sub(r"(?P<dollar>\$\$)|\$\{(?P<name>[A-Z_]+)((?P<how>:-|:\?)(?P<rest>[^}]*))?\}|\$", value, text)


def interpolated(node: Any, variables: Mapping[str, str]) -> Any:
    """A whole tree with its variables put in."""
    if isinstance(node, str):
        return interpolate(node, variables)
    if isinstance(node, Mapping):
        return {key: interpolated(child, variables) for key, child in node.items()}
    if isinstance(node, list):
        return [interpolated(child, variables) for child in node]
    return node
