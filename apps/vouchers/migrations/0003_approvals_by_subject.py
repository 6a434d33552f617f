"""A batch's request is found by its subject; who agreed, and when, stands on the request."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0002_guards"), ("approvals", "0006_actions")]
    operations = [
        migrations.RemoveField(model_name="batch", name="approval"),
        migrations.RemoveField(model_name="batch", name="approved_by"),
        migrations.RemoveField(model_name="batch", name="approved_at"),
    ]
