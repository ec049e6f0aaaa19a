#!/usr/bin/env python3
"""Makes the bucket that the settings name where it is not there: for an S3 that came up empty."""

import os
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

_PATIENCE = 120  # seconds


def main() -> int:
    setting = {name: os.environ[f"VITRINE_S3_{name}"] for name in ("BUCKET", "ENDPOINT", "REGION")}
    s3 = boto3.client(
        "s3",
        endpoint_url=setting["ENDPOINT"],
        region_name=setting["REGION"],
        aws_access_key_id=os.environ["VITRINE_S3_ACCESS_KEY"],
        aws_secret_access_key=os.environ["VITRINE_S3_SECRET_KEY"],
        config=Config(connect_timeout=2, read_timeout=5, s3={"addressing_style": "path"}),
    )
    limit = time.monotonic() + _PATIENCE
    while True:
        try:
            if setting["BUCKET"] not in [found["Name"] for found in s3.list_buckets()["Buckets"]]:
                s3.create_bucket(Bucket=setting["BUCKET"])
            return 0
        except (BotoCoreError, ClientError) as problem:
            if time.monotonic() > limit:
                print(f"no bucket {setting['BUCKET']}: {problem}", file=sys.stderr)  # noqa: T201  (for who reads the log)
                return 1
            time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
