"""The lock under which an owner's things are counted."""

from django.contrib.auth import get_user_model


def lock_owner(owner_id: int) -> None:
    """What counts an owner's things before it adds one goes one by one.

    So that counting means something; rows that merely refer to the owner are not held up.
    """
    owners = get_user_model()._default_manager.select_for_update(no_key=True)
    owners.values_list("pk").get(pk=owner_id)
