"""Every page that shows sales figures."""
