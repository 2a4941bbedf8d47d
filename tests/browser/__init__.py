"""Tests that drive the system's Chromium over a real server that holds the demo."""
