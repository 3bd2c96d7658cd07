"""What stops a process of production at its start beyond the settings: data that must never serve there.

Asked by the web process (`wsgi.py`) and the worker; never by a command, which may have to mend just that.
"""

from backend.organisations import credit_codes
from backend.runtime import Runtime


def refuse_unsafe_data(runtime: Runtime) -> None:
    """ConfigurationRefused, in words for the operator, while an active office has an invented credit code."""
    with runtime.database.session(read_only=True) as session:
        credit_codes.refuse_made_up_codes(session, runtime.settings)
