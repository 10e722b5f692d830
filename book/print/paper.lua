-- pandoc filter: from marked HTML to calls of the functions in `look.typ`.
--
-- An element with `data-typst="card("is-no")"` becomes that call; its children with `data-arg` are
-- the contents handed over, one each, or all that it holds where none has it. `press.exhibits`
-- and others of the press write the marks. Before each block of the document stands a comment with
-- its kind, by which `press.placing` takes the document apart.

local function typst(blocks)
  return pandoc.write(pandoc.Pandoc(blocks), "typst"):gsub("^%s+", ""):gsub("%s+$", "")
end

local function call(element, contents)
  local given = {}
  for _, content in ipairs(contents) do
    given[#given + 1] = "[" .. typst(content) .. "]"
  end
  return "#" .. element.attributes.typst .. table.concat(given)
end

local function arguments(div)
  local found = {}
  for _, child in ipairs(div.content) do
    if child.t == "Div" and child.attributes.arg then
      found[#found + 1] = child.content
    end
  end
  if #found > 0 or #div.content == 0 then return found end
  return { div.content }
end

function Div(div)
  if div.attributes.typst then
    return pandoc.RawBlock("typst", call(div, arguments(div)))
  end
end

function Span(span)
  if span.attributes.typst then
    return pandoc.RawInline("typst", call(span, { { pandoc.Plain(span.content) } }) .. ";")
  end
end

-- Blanks as wide as a digit or a point, which align decimals and which few fonts have.
function Str(str)
  local text, hidden = str.text, ""
  while text:match("\u{2007}$") or text:match("\u{2008}$") do
    hidden = (text:match("\u{2007}$") and "0" or ".") .. hidden
    text = text:sub(1, -4)
  end
  if hidden ~= "" then
    return { pandoc.Str(text), pandoc.RawInline("typst", "#hide[" .. hidden .. "];") }
  end
end

function Pandoc(document)
  local blocks = pandoc.List()
  for _, block in ipairs(document.blocks) do
    local name = block.t == "RawBlock" and block.text:match("^#([%w-]+)") or block.t
    if block.t == "Header" then name = name .. block.level end
    blocks:insert(pandoc.RawBlock("typst", "// § " .. name))
    blocks:insert(block)
  end
  return pandoc.Pandoc(blocks, document.meta)
end
