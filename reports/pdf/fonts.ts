import { fileURLToPath } from 'node:url';

/** Fonts of a document: the paths of TrueType files, which are embedded as subsets, or names of PDF's standard fonts. */
export type PdfFonts = { readonly regular: string; readonly bold: string };

/** PDF's own fonts. Not embedded, and without the letters beyond Western Europe (ł, ő, ă). */
export const STANDARD_FONTS: PdfFonts = { regular: 'Helvetica', bold: 'Helvetica-Bold' };

/** IBM Plex Sans (OFL-1.1) out of the npm package: the letters of every European language and the currency signs. */
export const EMBEDDED_FONTS: PdfFonts = {
  regular: fontFile('400Regular/IBMPlexSans_400Regular.ttf'),
  bold: fontFile('600SemiBold/IBMPlexSans_600SemiBold.ttf'),
};

function fontFile(name: string): string {
  return fileURLToPath(import.meta.resolve(`@expo-google-fonts/ibm-plex-sans/${name}`));
}
