"""Users, the agencies of the state and posts in them, and what the portal told its users."""

from accounts.models.agencies import Agency, Post, PostQuerySet
from accounts.models.messages import Message
from accounts.models.resets import FaceToFaceReset
from accounts.models.users import User, UserManager

__all__ = ["Agency", "FaceToFaceReset", "Message", "Post", "PostQuerySet", "User", "UserManager"]
