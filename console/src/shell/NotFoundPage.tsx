import Box from "@cloudscape-design/components/box";
import { useText } from "../settings";
import { Layout } from "./Layout";

export function NotFoundPage() {
  const t = useText();
  return (
    <Layout title={t.shell.notFound} active={undefined}>
      <Box textAlign="center" padding="xxxl">
        <Box variant="h1">{t.shell.notFound}</Box>
        <Box color="text-body-secondary">{t.shell.notFoundHint}</Box>
      </Box>
    </Layout>
  );
}
