"""The resolver: a GS1 Digital Link, or a code of our own, to the page or link that was asked for."""
