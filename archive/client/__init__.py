"""A client for the JSON API of an archive, for programs.

```python
from archive.client import Client

with Client("http://127.0.0.1:8000") as archive:
    for hit in archive.hits("ceasefire negotiations", place="sudan", after="2024-01"):
        print(hit.published and hit.published.value, hit.title)
```
It goes through all pages, and waits and asks again where the archive says that it was asked too
often. What is told are frozen values; `told` of each is the JSON object that it was read from.
"""

from archive.client.asking import ClientError, Unreachable
from archive.client.client import Client

__all__ = ["Client", "ClientError", "Unreachable"]
