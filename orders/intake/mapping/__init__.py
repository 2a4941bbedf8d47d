"""Spreadsheets that are no platform's: which of their columns is what, said once in the browser and remembered for the shop."""
