"""The REST interface of EPCIS 2.0 (OpenAPI document of the standard, release 2.0): capture and query. Off unless `EPCIS_API=1`."""
