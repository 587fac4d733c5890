import type { ListedCard } from "../api/staffTypes.ts";

/** A card of a signing list, ready to be signed unless said otherwise. */
export function listedCard(recordId: string, facts: Partial<ListedCard> = {}): ListedCard {
  return {
    record_id: recordId,
    pupil_code: `HS-${recordId}`,
    name: `Học sinh ${recordId}`,
    grade: 4,
    class_group: "4A",
    state: "draft",
    xml_sha256: `digest of ${recordId}`,
    selectable: true,
    obstacles: [],
    warnings: 0,
    seen_at: null,
    changes: 0,
    ...facts,
  };
}
