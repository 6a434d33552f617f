from django.apps import AppConfig
from django.core.checks import register


class PapersConfig(AppConfig):
    name = "apps.papers"

    def ready(self) -> None:
        from apps.mail.attachments import PAPERS
        from apps.papers.checks import check_font
        from apps.papers.services import paper_attachment

        PAPERS.append(paper_attachment)
        register(check_font)
