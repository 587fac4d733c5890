/** What a table of subjects shows beside the marks. */
export interface SubjectLabel {
  readonly name: string;
  readonly remark?: string | null;
  readonly teacher?: string | null;
}
