"""Events by the standard EPCIS 2.0: kept as captured, found by what they name, given out again by its REST interface."""
