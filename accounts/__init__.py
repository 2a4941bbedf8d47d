"""Users, agencies, official posts, sign-in and the declaration of access."""
