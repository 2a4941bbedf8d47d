"""Hosts, guests, programmes, sessions, slots, offline events and claims."""
