from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@pytest.fixture
def picture_file():
    content = BytesIO()
    Image.new("RGB", (40, 30), "#bf3815").save(content, "PNG")
    return SimpleUploadedFile("me.png", content.getvalue(), content_type="image/png")
