//! Circles in a graph: Tarjan's strongly connected components of more than one node.

use std::collections::BTreeSet;

/// Each circle's nodes in order of their numbers. `edges` may name an edge twice.
pub fn find(nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut search = Search {
        next: vec![BTreeSet::new(); nodes],
        number: vec![None; nodes],
        lowest: vec![0; nodes],
        path: Vec::new(),
        count: 0,
        found: Vec::new(),
    };
    for (from, to) in edges {
        search.next[from].insert(to);
    }
    for node in 0..nodes {
        if search.number[node].is_none() {
            search.visit(node);
        }
    }
    search.found.sort();
    search.found
}

struct Search {
    next: Vec<BTreeSet<usize>>,
    /// In which order the nodes were seen.
    number: Vec<Option<usize>>,
    lowest: Vec<usize>,
    path: Vec<usize>,
    count: usize,
    found: Vec<Vec<usize>>,
}

impl Search {
    fn visit(&mut self, node: usize) {
        self.number[node] = Some(self.count);
        self.lowest[node] = self.count;
        self.count += 1;
        self.path.push(node);
        for next in self.next[node].clone() {
            match self.number[next] {
                None => {
                    self.visit(next);
                    self.lowest[node] = self.lowest[node].min(self.lowest[next]);
                }
                Some(number) if self.path.contains(&next) => {
                    self.lowest[node] = self.lowest[node].min(number);
                }
                Some(_) => {}
            }
        }
        if self.number[node] == Some(self.lowest[node]) {
            let start = self
                .path
                .iter()
                .position(|other| *other == node)
                .unwrap_or_default();
            let mut circle = self.path.split_off(start);
            if circle.len() > 1 {
                circle.sort_unstable();
                self.found.push(circle);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn circles_are_found_and_lines_are_not() {
        assert_eq!(
            find(4, [(0, 1), (1, 2), (0, 2), (3, 0)].into_iter()),
            Vec::<Vec<usize>>::new()
        );
        assert_eq!(find(3, [(0, 1), (1, 0), (1, 2)].into_iter()), [[0, 1]]);
        let two = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3)];
        assert_eq!(find(5, two.into_iter()), [vec![0, 1, 2], vec![3, 4]]);
    }

    #[test]
    fn a_node_that_leads_to_itself_is_no_circle() {
        assert_eq!(find(1, [(0, 0)].into_iter()), Vec::<Vec<usize>>::new());
    }
}
