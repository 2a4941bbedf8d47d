"""Tests of accounts: sign-in, roles, scopes, access."""
