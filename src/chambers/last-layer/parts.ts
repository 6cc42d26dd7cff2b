/**
 * The parts into which creases cut a polytope, without visiting them: 1 + the sum over the creases of the parts that the earlier ones make on each (deletion and
 * restriction inside of an open convex set, Zaslavsky 1977), down to points on segments.
 *
 * A crease on which an earlier one vanishes is that one again, and adds nothing; one that only touches a section does not cut it. So creases that are repeated, parallel or
 * concurrent need no rule of their own.
 */
import { Breakpoints } from './breakpoints.js';
import { Section } from './section.js';

export class Parts {
  /** The polytope, for the caller to fill in, and one section of it in each lower dimension. */
  readonly cell: Section;
  private readonly sections: readonly Section[];
  private readonly breakpoints = new Breakpoints();

  /** @param dimension at least 1 */
  constructor(dimension: number) {
    this.sections = Array.from({ length: dimension }, (_, k) => new Section(k + 1));
    this.cell = this.sections[dimension - 1]!;
  }

  /** How many questions were answered, and how many of them by integers. */
  get told(): number {
    return this.sections.reduce((sum, { told }) => sum + told, this.breakpoints.comparedExactly);
  }

  get byIntegers(): number {
    return this.sections.reduce((sum, { toldExactly }) => sum + toldExactly, this.breakpoints.comparedExactly);
  }

  /** Into how many parts its functions cut the cell. */
  count(): number {
    return this.parts(this.cell);
  }

  private parts(polytope: Section): number {
    const { functions, dimension } = polytope;
    if (functions < 2) return 1 + functions;
    if (dimension === 1) return 1 + this.breakpoints.distinct(polytope);
    const section = this.sections[dimension - 2]!;
    let parts = 2;
    for (let h = 1; h < functions; h++) if (section.cut(polytope, h)) parts += this.parts(section);
    return parts;
  }
}
