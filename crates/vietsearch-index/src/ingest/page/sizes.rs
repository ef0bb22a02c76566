//! How much text the elements of a page hold.

use std::collections::HashMap;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::node::Node;

use super::super::html::{self, NodeRef, is_silent};

/// Shorter texts are menus, labels and captions.
pub(super) const MIN_PARAGRAPH_CHARS: usize = 40;

/// How much text an element holds, in characters.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Size {
    /// All text that is not silent.
    pub(super) all: usize,
    /// Text of links.
    pub(super) links: usize,
    /// Text of paragraphs that are not mostly links.
    pub(super) running: usize,
    /// Running text that stands in it or in its children, which makes it the likeliest container.
    pub(super) near: usize,
}

pub(super) struct Sizes(HashMap<NodeId, Size>);

impl Sizes {
    pub(super) fn of(&self, node: NodeRef<'_>) -> Size {
        self.0.get(&node.id()).copied().unwrap_or_default()
    }

    pub(super) fn measure(root: NodeRef<'_>) -> Sizes {
        let mut sizes: HashMap<NodeId, Size> = HashMap::new();
        let mut open: Vec<Measured> = Vec::new();
        let mut silent = None;
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    _ if silent.is_some() => {}
                    Node::Text(text) => {
                        let chars = visible_chars(&text.text);
                        if let Some(parent) = open.last_mut() {
                            parent.size.all += chars;
                            parent.own += chars;
                            if parent.in_link {
                                parent.size.links += chars;
                            }
                        }
                    }
                    Node::Element(element) if is_silent(element.name()) => {
                        silent = Some(node.id());
                    }
                    Node::Element(element) => {
                        let in_link = element.name() == "a";
                        let outer = open.last().is_some_and(|parent| parent.in_link);
                        open.push(Measured {
                            in_link: in_link || outer,
                            is_block: html::is_block(element.name()) && element.name() != "br",
                            ..Measured::default()
                        });
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if silent == Some(node.id()) {
                        silent = None;
                    } else if silent.is_none() && node.value().is_element() {
                        close(node, &mut open, &mut sizes);
                    }
                }
            }
        }
        Sizes(sizes)
    }
}

/// An element that is being measured.
#[derive(Default)]
struct Measured {
    size: Size,
    /// Text in it that is in no block within it.
    own: usize,
    own_links: usize,
    /// Running text of its children.
    of_children: usize,
    in_link: bool,
    is_block: bool,
}

fn close(node: NodeRef<'_>, open: &mut Vec<Measured>, sizes: &mut HashMap<NodeId, Size>) {
    let Some(mut done) = open.pop() else { return };
    if done.in_link {
        done.own_links = done.own;
    }
    let mut paragraph = 0;
    if done.is_block && done.own >= MIN_PARAGRAPH_CHARS && done.own_links * 2 < done.own {
        paragraph = done.own;
        done.size.running += paragraph;
    }
    // What stands in grandchildren counts half: their parent may be the container.
    done.size.near = paragraph + done.of_children;
    if let Some(parent) = open.last_mut() {
        parent.size.all += done.size.all;
        parent.size.links += done.size.links;
        parent.size.running += done.size.running;
        parent.of_children += paragraph + done.of_children / 2;
        if !done.is_block {
            parent.own += done.own;
            parent.own_links += done.own_links;
        }
    }
    sizes.insert(node.id(), done.size);
}

fn visible_chars(text: &str) -> usize {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .count()
}

/// The running text of the whole page.
pub(super) fn page_running(root: NodeRef<'_>, sizes: &Sizes) -> usize {
    root.children().map(|child| sizes.of(child).running).sum()
}
