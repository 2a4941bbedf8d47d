"""The product passport for the national traceability portal: its fields, what is missing of them, its export and its sending."""
