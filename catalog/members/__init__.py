"""How people come to producers and agencies: invited, accepted, leading, leaving, and let in again when the phone is lost."""
