"""How forms are written into pages."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields with their label above, help below, and errors in place of help."""

    field_template_name = "forms/field.html"
