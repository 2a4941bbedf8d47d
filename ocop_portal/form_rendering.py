"""Every form in the portal's look: `{{ form }}` and `{{ form.name.as_field_group }}` use our templates (docs/look.md)."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Django's renderer with the portal's form and field templates; widgets stay Django's own."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
