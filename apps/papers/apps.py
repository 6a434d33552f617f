from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "apps.papers"

    def ready(self) -> None:
        from apps.mail.attachments import PAPERS
        from apps.papers.services import paper_attachment

        PAPERS.append(paper_attachment)
