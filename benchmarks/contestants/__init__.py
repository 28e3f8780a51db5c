"""Who is measured: their settings and their hands, each imported only in processes of its own."""
