"""The peer of benchmarks/delivery.py: files by FastAPI, SQLModel and FileResponse, behind a JWT.

Written as their documentation shows it: a session by dependency, the person of the token, the file's row, a check
that it is theirs, the bytes. PEER_HOME is a folder with the stored files and, beside them, the database.

    PEER_HOME=… python fastapi_files.py FILE …     makes the rows, prints a token and the id of each file as JSON
    PEER_HOME=… uvicorn fastapi_files:app --workers 2
"""

import json
import os
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse
from fastapi.security import OAuth2PasswordBearer
from sqlmodel import Field, Session, SQLModel, create_engine

HOME = Path(os.environ["PEER_HOME"])
KEY, ALGORITHM = "a key of the benchmark alone, of fifty characters or so", "HS256"
MEDIA_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp"}
engine = create_engine(f"sqlite:///{HOME / 'peer.sqlite3'}", connect_args={"check_same_thread": False})
app = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="token")


class Person(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(index=True, unique=True)
    is_active: bool = True


class StoredFile(SQLModel, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    user_id: int = Field(foreign_key="person.id", index=True)
    path: str
    content_type: str
    original_filename: str
    is_active: bool = True
    uploaded_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


def session() -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


def person(token: Annotated[str, Depends(bearer)], database: Annotated[Session, Depends(session)]) -> Person:
    try:
        claims = jwt.decode(token, KEY, algorithms=[ALGORITHM])
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error
    found = database.get(Person, int(claims["sub"]))
    if found is None or not found.is_active:
        raise HTTPException(401)
    return found


@app.get("/api/upload/{file_id}")
def download(
    file_id: uuid.UUID,
    me: Annotated[Person, Depends(person)],
    database: Annotated[Session, Depends(session)],
) -> FileResponse:
    file = database.get(StoredFile, file_id)
    if file is None or not file.is_active or file.user_id != me.id:
        raise HTTPException(404)
    return FileResponse(file.path, media_type=file.content_type, filename=file.original_filename)


def furnish(paths: list[Path]) -> dict[str, object]:
    """A person who owns these files, and a token for them."""
    SQLModel.metadata.create_all(engine)
    with Session(engine) as database:
        owner = Person(username="owner")
        database.add(owner)
        database.commit()
        rows = [
            StoredFile(
                user_id=owner.id,
                path=str(path),
                content_type=MEDIA_TYPES[path.suffix],
                original_filename=path.name,
            )
            for path in paths
        ]
        database.add_all(rows)
        database.commit()
        claims = {"sub": str(owner.id), "exp": datetime.now(UTC) + timedelta(hours=2)}
        return {"token": jwt.encode(claims, KEY, ALGORITHM), "ids": [str(row.id) for row in rows]}


if __name__ == "__main__":
    print(json.dumps(furnish([Path(name) for name in sys.argv[1:]])))
