"""Signing in by phone number or e-mail, with a password or a code: our forms for django-allauth, which carries it."""
