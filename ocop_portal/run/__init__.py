"""`make run`: the whole portal in one terminal. Services, preparation, web server, Celery worker and beat, and an orderly end."""
