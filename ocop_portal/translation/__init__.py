"""Tools of whoever changes words: they read the sources, keep `locale/vi` in step with them, and say what is missing.

They need Babel and polib (requirements-dev.txt) and no GNU gettext; the portal itself runs on the compiled catalogue that is committed.
"""
