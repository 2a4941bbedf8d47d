"""The API: figures as JSON for those who hold a token (`manage.py api_token CONTACT`), with the same rights as their pages."""
